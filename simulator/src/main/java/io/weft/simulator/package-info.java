/** Weft simulator. */
@NullMarked
package io.weft.simulator;

import org.jspecify.annotations.NullMarked;
