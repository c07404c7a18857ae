/** Weft overlay. */
@NullMarked
package io.weft.overlay;

import org.jspecify.annotations.NullMarked;
