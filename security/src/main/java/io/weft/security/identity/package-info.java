/**
 * Who a node is: its key, the certificate that binds key, name and cluster, and the cluster's CA.
 */
@NullMarked
package io.weft.security.identity;

import org.jspecify.annotations.NullMarked;
