/** What is done to a cluster while it is being disturbed, and written down in a history. */
@NullMarked
package io.weft.chaos.workload;

import org.jspecify.annotations.NullMarked;
