/** Clusters whose members share one secret, and have no CA that anybody keeps. */
@NullMarked
package io.weft.security.secret;

import org.jspecify.annotations.NullMarked;
