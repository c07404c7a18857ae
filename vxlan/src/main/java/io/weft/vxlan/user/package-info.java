/**
 * The userspace encryptor: VXLAN packets from a TAP device in a private network namespace, ESP in
 * UDP (RFC 3948) on a socket in the host's.
 */
@NullMarked
package io.weft.vxlan.user;

import org.jspecify.annotations.NullMarked;
