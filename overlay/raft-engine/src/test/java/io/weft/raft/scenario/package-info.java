/** What Atomix does, told to it message by message; each shows one fault, or its absence. */
package io.weft.raft.scenario;
