package io.weft.gossip.wire;

import org.jspecify.annotations.Nullable;

/**
 * One change of one of an owner's records.
 *
 * @param value null for a tombstone: the record was deleted
 */
@SuppressWarnings("ArrayRecordComponent") // a message in passing: never compared, never changed
public record RecordItem(String key, long version, byte @Nullable [] value) {}
