/**
 * Linearizability: whether some order of the operations, each between its call and its return,
 * explains what everybody was told (Herlihy and Wing, ACM TOPLAS 12(3), 1990). Checked key by key,
 * because a history is linearizable exactly if it is so for each object.
 */
@NullMarked
package io.weft.simulator.checker.linear;

import org.jspecify.annotations.NullMarked;
