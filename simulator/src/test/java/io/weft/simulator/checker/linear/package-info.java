@org.jspecify.annotations.NullMarked
package io.weft.simulator.checker.linear;
