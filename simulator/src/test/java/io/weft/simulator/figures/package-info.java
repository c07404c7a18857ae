@org.jspecify.annotations.NullMarked
package io.weft.simulator.figures;
