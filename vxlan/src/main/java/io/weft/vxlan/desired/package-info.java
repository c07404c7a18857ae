/** What the data plane of one host should look like: plain records, no behaviour of the kernel. */
@NullMarked
package io.weft.vxlan.desired;

import org.jspecify.annotations.NullMarked;
