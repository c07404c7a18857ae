@NullMarked
package io.weft.node.testing;

import org.jspecify.annotations.NullMarked;
