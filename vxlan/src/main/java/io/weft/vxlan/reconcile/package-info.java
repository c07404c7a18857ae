/** The pure difference between desired and dumped state, and its orderly application. */
@NullMarked
package io.weft.vxlan.reconcile;

import org.jspecify.annotations.NullMarked;
