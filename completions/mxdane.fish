# Completion of mxdane's options, their values, the codes of findings and causes, for fish.

function __mxdane_codes
    string split -n ' ' (string trim "
        domain-invalid zone-invalid zone-unknown-data ignore-stale domain-not-found no-mail-host null-mx null-mx-mixed mx-insecure mx-bogus
        mx-lookup-failed dnssec-root-failed mx-target-alias mx-target-invalid mx-too-many
        signature-unjudgeable signature-expiring signature-before-expire nsec3-iterations dnssec-algorithm-old host-no-address address-insecure address-bogus
        address-lookup-failed address-reserved tlsa-absent tlsa-insecure tlsa-bogus
        tlsa-lookup-failed tlsa-unusable tlsa-record-unusable tlsa-pkix-usage tlsa-weak-ta
        tlsa-superseded tlsa-no-match-yet tlsa-duplicate tlsa-ttl-long tlsa-many connect-failed proxy-failed
        smtp-refused
        smtp-protocol deadline-exceeded starttls-missing starttls-refused starttls-injection
        tls-failed tls-legacy tls-closed-early helo-mismatch dane-verified dane-mismatch
        dane-digest-agility dane-name-mismatch dane-expired dane-untrusted dane-sender-differs
        dane-rollover-partial endpoint-inconsistent
        cert-expiring cert-expired-ignored cert-pkix-ignored cert-weak chain-key-only ns-unreachable ns-lame ns-stale
        ns-inconsistent ns-tlsa-fails ns-bogus ns-no-tcp sts-absent sts-txt-invalid
        sts-policy-unreachable sts-policy-cert sts-policy-invalid sts-mx-unlisted sts-mx-stale
        sts-mx-cert sts-testing sts-mode-none sts-max-age-short sts-lookup-failed tlsrpt-absent
        tlsrpt-invalid tlsrpt-rua-unusable tlsrpt-lookup-failed rollover-safe rollover-order
        rollover-unsafe rollover-unknown
    " | string replace -ra '\s+' ' ')
end

function __mxdane_causes
    string split -n ' ' (string trim "
        empty-digest other-selector other-mtype usage-2-for-3 usage-3-for-2 pem-digest
        base64-digest other-encoding empty-record at-host as-txt swapped-labels
        mx-is-address chain-gap shown-without-sni other-host issuer-changed
        anchor-not-sent renewed wildcard-cname wildcard-shadowed tlsa-at-domain
        missing-dot wrong-port wrong-protocol no-underscore ds-missing ds-stale
        dnskey-unusable asterisk-name too-many-signatures opt-out
        alias-unsigned zone-unsigned alias-loop lame ent-nxdomain resolver-fails
        client-certificate anonymous-only smtp-inspection greeting-delay
        connection-limit not-a-ca path-length key-usage ext-key-usage name-constraints
        bad-signature not-linked key-too-small tls-too-old
    ")
end

complete -c mxdane -f
complete -c mxdane -s f -l file -r -F -d 'Read domains from a file'
complete -c mxdane -l mx -x -a '(__fish_print_hostnames)' -d 'Check a host as the only MX'
complete -c mxdane -s p -l port -x -d 'SMTP port (25)'
complete -c mxdane -s 4 -d 'IPv4 only'
complete -c mxdane -s 6 -d 'IPv6 only'
complete -c mxdane -l reserved -d 'Also connect to special-purpose addresses'
complete -c mxdane -s a -l authoritative -d 'Ask every name server of the zones concerned'
complete -c mxdane -l zone -r -F -d 'Use proposed DNS data, [NAME=]FILE'
complete -c mxdane -l chain -r -F -d 'Judge a proposed chain, [HOST=]FILE'
complete -c mxdane -l plan -d 'The way to the proposed chain, as dated steps'
complete -c mxdane -l at -x -d 'Judge certificates as of a time, or +Nd'
complete -c mxdane -s r -l resolver -x -d 'ADDR[@PORT] or tls://ADDR[@PORT]#NAME'
complete -c mxdane -l dnssec -x -a 'validate trust-ad' -d 'Who validates'
complete -c mxdane -l trust-anchor -r -F -d 'DNSSEC trust anchor'
complete -c mxdane -l ca-file -r -F -d 'PKIX trust anchors'
complete -c mxdane -l proxy -x -d 'Reach servers through socks5://[USER:PASSWORD@]HOST[:PORT]'
complete -c mxdane -l ehlo -x -a '(__fish_print_hostnames)' -d 'Name given in EHLO'
complete -c mxdane -s k -l key-types -x -a 'each any' -d 'Connections for each address'
complete -c mxdane -s t -l timeout -x -d 'Time limit of a network step (10)'
complete -c mxdane -l deadline -x -d 'Time limit of one domain (60)'
complete -c mxdane -s j -l jobs -x -d 'Domains to check at once (64)'
complete -c mxdane -l per-host -x -d 'Connections to one address at once (4)'
complete -c mxdane -l repeat -x -d 'Connections to each address for each key type (1)'
complete -c mxdane -l require -x -a 'dane mta-sts any both none' -d 'Protection that must be there'
complete -c mxdane -l warn-days -x -d 'Warn of what expires within so many days (14)'
complete -c mxdane -l ignore -x -a '(__fish_append , (__mxdane_codes))' -d 'Findings that do not count'
complete -c mxdane -l fail-on -x -a 'warning critical' -d 'Lowest status that fails'
complete -c mxdane -l baseline -r -F -d 'Count only what an earlier output does not have'
complete -c mxdane -l wait -x -d 'Look again until the state is there, so long at most'
complete -c mxdane -s o -l output -x -a 'text json nagios prometheus junit tlsa sarif github nsupdate' -d 'Format'
complete -c mxdane -l unordered -d 'json only: print each domain as it finishes'
complete -c mxdane -l resume -r -F -d 'json only: skip domains of an earlier output'
complete -c mxdane -s q -l quiet -d 'Print only domains that are not ok'
complete -c mxdane -s v -l verbose -d 'Print every record, certificate and dialogue'
complete -c mxdane -l color -x -a 'auto always never' -d 'Colors in the text report'
complete -c mxdane -l progress -x -a 'auto always never' -d 'A progress line on standard error'
complete -c mxdane -l explain -x -a '(__mxdane_codes; __mxdane_causes)' -d 'What a finding or cause means'
complete -c mxdane -s h -l help -d 'Print a summary of the options'
complete -c mxdane -s V -l version -d 'Print versions'
