/** Join tokens: what lets a new host in, once, and tells it which cluster to believe. */
@NullMarked
package io.weft.security.token;

import org.jspecify.annotations.NullMarked;
