/** Weft security. */
@NullMarked
package io.weft.security;

import org.jspecify.annotations.NullMarked;
