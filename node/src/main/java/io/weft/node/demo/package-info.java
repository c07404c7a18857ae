/** The main job in one command, shown from beginning to end. */
@NullMarked
package io.weft.node.demo;

import org.jspecify.annotations.NullMarked;
