/** Weft chaos. */
@NullMarked
package io.weft.chaos;

import org.jspecify.annotations.NullMarked;
