/** Weft node. */
@NullMarked
package io.weft.node;

import org.jspecify.annotations.NullMarked;
