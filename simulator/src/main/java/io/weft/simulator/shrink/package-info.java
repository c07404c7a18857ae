/** Makes scenarios smaller while they still show what they show. */
@NullMarked
package io.weft.simulator.shrink;

import org.jspecify.annotations.NullMarked;
