/**
 * The data plane as the rest of Weft sees it: one facade over the three drivers ({@code kernel},
 * {@code user}, {@code clear}), the choice between them, the ports they need and what they cost in
 * MTU.
 */
@NullMarked
package io.weft.vxlan.driver;

import org.jspecify.annotations.NullMarked;
