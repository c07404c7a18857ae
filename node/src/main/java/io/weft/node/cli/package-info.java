/** The command line: what a user types, and how it is answered. */
@NullMarked
package io.weft.node.cli;

import org.jspecify.annotations.NullMarked;
