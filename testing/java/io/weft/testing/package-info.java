/** What all modules' tests share; compiled into each. */
@NullMarked
package io.weft.testing;

import org.jspecify.annotations.NullMarked;
