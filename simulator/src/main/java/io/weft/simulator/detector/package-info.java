/**
 * Experiments with the failure detector, after Lifeguard's (Dadgar, Phillips and Currey 2017,
 * section V): members that do not process messages for a while, among many that do.
 */
@NullMarked
package io.weft.simulator.detector;

import org.jspecify.annotations.NullMarked;
