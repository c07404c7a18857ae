@NullMarked
package io.weft.node.api;

import org.jspecify.annotations.NullMarked;
