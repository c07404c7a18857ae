/** How what was measured in runs is summed up. */
@NullMarked
package io.weft.simulator.figures;

import org.jspecify.annotations.NullMarked;
