@NullMarked
package io.weft.node.launcher;

import org.jspecify.annotations.NullMarked;
