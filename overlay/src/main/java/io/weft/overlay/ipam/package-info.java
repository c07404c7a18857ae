/**
 * Address arithmetic, pools of host blocks, and the addresses handed out inside one host's blocks.
 */
@NullMarked
package io.weft.overlay.ipam;

import org.jspecify.annotations.NullMarked;
