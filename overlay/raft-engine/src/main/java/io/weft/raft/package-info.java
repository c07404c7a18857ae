/**
 * What the mended Atomix classes call back into, and what the build does to them. The originals
 * come from the registry; {@code io.weft.raft.build} writes the mended ones beside this package.
 */
@NullMarked
package io.weft.raft;

import org.jspecify.annotations.NullMarked;
