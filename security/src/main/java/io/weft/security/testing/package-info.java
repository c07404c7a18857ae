/**
 * Cheap, repeatable stand-ins for other modules' tests and for the simulator. Nothing here is
 * secure.
 */
@NullMarked
package io.weft.security.testing;

import org.jspecify.annotations.NullMarked;
