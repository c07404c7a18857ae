/** How an owner signs its records, and how the others tell that it did. */
@NullMarked
package io.weft.gossip.signing;

import org.jspecify.annotations.NullMarked;
