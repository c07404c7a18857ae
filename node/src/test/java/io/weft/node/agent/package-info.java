@NullMarked
package io.weft.node.agent;

import org.jspecify.annotations.NullMarked;
