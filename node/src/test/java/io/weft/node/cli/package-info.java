@NullMarked
package io.weft.node.cli;

import org.jspecify.annotations.NullMarked;
