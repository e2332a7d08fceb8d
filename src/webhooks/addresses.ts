import net from 'node:net';

/**
 * IPv4 ranges that are not public. Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890) and
 * IPv4 Multicast Address Space Registry; each with the RFC that reserves it.
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8', // "this network", with the unspecified address: RFC 791, 3.2
  '10.0.0.0/8', // private: RFC 1918
  '100.64.0.0/10', // shared by carrier-grade NAT: RFC 6598; metadata of Alibaba Cloud is in it
  '127.0.0.0/8', // loopback: RFC 1122, 3.2.1.3
  '168.63.129.16/32', // Azure's own services for a virtual machine; public by its number only
  '169.254.0.0/16', // link-local: RFC 3927; metadata of Azure, AWS and Google Cloud is at 169.254.169.254
  '172.16.0.0/12', // private: RFC 1918
  '192.0.0.0/24', // IETF protocol assignments: RFC 6890; metadata of Oracle Cloud is in it
  '192.0.2.0/24', // documentation: RFC 5737
  '192.31.196.0/24', // AS112: RFC 7535
  '192.52.193.0/24', // AMT: RFC 7450
  '192.88.99.0/24', // relays of 6to4: RFC 7526
  '192.168.0.0/16', // private: RFC 1918
  '192.175.48.0/24', // AS112: RFC 7534
  '198.18.0.0/15', // benchmarks: RFC 2544
  '198.51.100.0/24', // documentation: RFC 5737
  '203.0.113.0/24', // documentation: RFC 5737
  '224.0.0.0/4', // multicast: RFC 5771
  '240.0.0.0/4', // reserved: RFC 1112, 4; broadcast: RFC 919, 7
];

/**
 * The IPv6 range of global unicast (IANA IPv6 Address Space Registry; RFC 4291, 2.4). Outside of it, and so refused
 * without a list: loopback, unspecified, unique-local, link-local, multicast, and IPv4 inside of IPv6: mapped
 * (::ffff:0:0/96), compatible (::/96), NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
 */
const GLOBAL_IPV6 = '2000::/3';

/** Special ranges in it: IANA IPv6 Special-Purpose Address Registry. */
const SPECIAL_IPV6 = [
  '2001::/23', // IETF protocol assignments: RFC 2928; Teredo is in it, with an IPv4 inside: RFC 4380
  '2001:db8::/32', // documentation: RFC 3849
  '2002::/16', // 6to4, with an IPv4 inside: RFC 3056
  '2620:4f:8000::/48', // AS112: RFC 7534
  '3fff::/20', // documentation: RFC 9637
];

const globalIpv6 = blockList('ipv6', [GLOBAL_IPV6]);
const specialIpv6 = blockList('ipv6', SPECIAL_IPV6);
const specialIpv4 = blockList('ipv4', SPECIAL_IPV4);

/** Whether an address is public. Text that is no address, or an address with a zone (`fe80::1%1`), is not. */
export function isPublicAddress(address: string): boolean {
  if (net.isIPv4(address)) return !specialIpv4.check(address, 'ipv4');
  if (!net.isIPv6(address) || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6');
}

function blockList(family: net.IPVersion, subnets: readonly string[]): net.BlockList {
  const list = new net.BlockList();
  for (const subnet of subnets) {
    const [address = '', bits] = subnet.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
