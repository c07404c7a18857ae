package io.weft.node.api.view;

/**
 * How one subnet of a network is used. A block that has rested long enough counts as free.
 *
 * @param network its name
 * @param subnet CIDR
 * @param blocks how many there are; each is leased, quarantined, fenced or free
 * @param endpoints with an address in it
 * @param addresses in use, each once
 */
public record SubnetUseView(
    String network,
    String subnet,
    long blocks,
    long leased,
    long quarantined,
    long fenced,
    long free,
    long endpoints,
    long addresses) {}
