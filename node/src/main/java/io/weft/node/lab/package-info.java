/** The lab: a cluster of real agents on this machine, a network namespace per host. */
@NullMarked
package io.weft.node.lab;

import org.jspecify.annotations.NullMarked;
