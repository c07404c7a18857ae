/** Runs agents on a cluster's hosts as a user would: by the command line, and by nothing else. */
@NullMarked
package io.weft.chaos.agents;

import org.jspecify.annotations.NullMarked;
