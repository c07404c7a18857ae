@NullMarked
package io.weft.node.lab;

import org.jspecify.annotations.NullMarked;
