/**
 * The mends: each a small class that says what is wrong in Atomix 3.1.12, and rewrites the class
 * file that has the fault. Nothing here runs in production; the build runs it once.
 */
@NullMarked
package io.weft.raft.mend;

import org.jspecify.annotations.NullMarked;
