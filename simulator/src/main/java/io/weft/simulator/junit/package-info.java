/** Simulated runs as JUnit tests, for those who embed Weft. */
@NullMarked
package io.weft.simulator.junit;

import org.jspecify.annotations.NullMarked;
