/** The wire format: protobuf behind a small framed header with a version range. */
@NullMarked
package io.weft.gossip.wire;

import org.jspecify.annotations.NullMarked;
