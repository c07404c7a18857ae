/** Weft vxlan. */
@NullMarked
package io.weft.vxlan;

import org.jspecify.annotations.NullMarked;
