/** Whole clusters of real agents on this machine, judged from outside as a user would. */
@NullMarked
package io.weft.node.acceptance;

import org.jspecify.annotations.NullMarked;
