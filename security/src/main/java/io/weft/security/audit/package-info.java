/** The append-only, hash-chained log of what was decided about trust. */
@NullMarked
package io.weft.security.audit;

import org.jspecify.annotations.NullMarked;
