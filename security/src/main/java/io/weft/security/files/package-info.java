/** Files that hold secrets: written whole or not at all, readable by their owner only. */
@NullMarked
package io.weft.security.files;

import org.jspecify.annotations.NullMarked;
