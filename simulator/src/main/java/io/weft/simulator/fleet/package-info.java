/**
 * The whole control plane of several hosts in virtual time: the production cores, the real
 * consensus engine, a model of disk, network and kernel, and a judge who knows the truth.
 */
@NullMarked
package io.weft.simulator.fleet;

import org.jspecify.annotations.NullMarked;
