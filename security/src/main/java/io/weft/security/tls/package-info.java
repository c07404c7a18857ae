/** TLS 1.3 contexts for the links between nodes, both ends authenticated by the cluster's CA. */
@NullMarked
package io.weft.security.tls;

import org.jspecify.annotations.NullMarked;
