/** The build step that writes the mended classes. */
@NullMarked
package io.weft.raft.build;

import org.jspecify.annotations.NullMarked;
