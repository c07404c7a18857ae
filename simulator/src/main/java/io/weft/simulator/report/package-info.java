/** Pictures of runs: what was seen of a run, and one HTML file that shows it. */
@NullMarked
package io.weft.simulator.report;

import org.jspecify.annotations.NullMarked;
