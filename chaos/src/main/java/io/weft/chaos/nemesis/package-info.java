/** Faults put in place from outside, each of which proves that it took hold and was lifted. */
@NullMarked
package io.weft.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
