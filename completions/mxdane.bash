# Completion of mxdane's options, their values, the codes of findings and causes, for bash.
# shellcheck shell=bash

_mxdane_codes='
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
'

_mxdane_causes='
    empty-digest other-selector other-mtype usage-2-for-3 usage-3-for-2 pem-digest
    base64-digest other-encoding empty-record at-host as-txt swapped-labels
    mx-is-address chain-gap shown-without-sni other-host issuer-changed anchor-not-sent
    renewed wildcard-cname wildcard-shadowed tlsa-at-domain missing-dot wrong-port
    wrong-protocol no-underscore ds-missing ds-stale dnskey-unusable
    asterisk-name too-many-signatures opt-out alias-unsigned
    zone-unsigned alias-loop lame ent-nxdomain resolver-fails client-certificate
    anonymous-only smtp-inspection greeting-delay connection-limit not-a-ca path-length
    key-usage ext-key-usage name-constraints bad-signature not-linked key-too-small
    tls-too-old
'

# The words of $1 that begin with $2; after a comma the next one is completed.
_mxdane_words()
{
	local done=
	[[ $2 == *,* ]] && done=${2%,*},
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${2##*,}")
}

_mxdane_files()
{
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_mxdane()
{
	local current=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) option='' attached='' word

	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:at}"; do
		[[ $word == -- ]] && return # only domains follow
	done
	# "--option=value" and "HOST=FILE" come as words of their own around each "=".
	if [[ $current == = ]]; then
		current=
	elif [[ ${COMP_WORDS[at]} == = ]]; then
		at=$((at - 1))
	fi
	option=${COMP_WORDS[at]}
	# "--chain HOST=FILE" and "--chain=HOST=FILE", --zone NAME=FILE likewise
	if [[ ${COMP_WORDS[at + 1]} == = && $option != -* && at -gt 1 ]]; then
		[[ ${COMP_WORDS[at - 1]} == = ]] && at=$((at - 1))
		option=${COMP_WORDS[at - 1]}
	fi
	# "-qo json" and "-qojson" are "-q -o json"
	if [[ $current =~ ^(-[46qv]*([fko]))(.+)$ ]]; then
		attached=${BASH_REMATCH[1]} option=-${BASH_REMATCH[2]} current=${BASH_REMATCH[3]}
	elif [[ $option =~ ^-[46qv]+([fkoprtj])$ ]]; then
		option=-${BASH_REMATCH[1]}
	fi
	case $option in
	-f | --file | --trust-anchor | --ca-file | --zone | --chain | --resume | \
		--baseline)
		_mxdane_files "$current" ;;
	--explain)
		mapfile -t COMPREPLY < <(compgen -W "$_mxdane_codes $_mxdane_causes" -- "$current") ;;
	--ignore)
		compopt -o nospace 2>/dev/null
		_mxdane_words "$_mxdane_codes" "$current" ;;
	--dnssec)
		_mxdane_words 'validate trust-ad' "$current" ;;
	-k | --key-types)
		_mxdane_words 'each any' "$current" ;;
	--require)
		_mxdane_words 'dane mta-sts any both none' "$current" ;;
	--fail-on)
		_mxdane_words 'warning critical' "$current" ;;
	-o | --output)
		_mxdane_words 'text json nagios prometheus junit tlsa sarif github nsupdate' "$current" ;;
	--color | --progress)
		_mxdane_words 'auto always never' "$current" ;;
	--mx | -p | --port | -r | --resolver | --ehlo | -t | --timeout | --deadline | -j | --jobs | \
		--per-host | --repeat | --warn-days | --at | --proxy | --wait) ;; # only the user knows
	*)
		[[ $current == -* ]] && _mxdane_words '-f --file --mx -p --port -4 -6 --reserved -a --authoritative --zone
			--chain --plan --at -r --resolver --dnssec --trust-anchor --ca-file --proxy --ehlo -k
			--key-types -t --timeout --deadline -j --jobs --per-host --repeat --require
			--warn-days --ignore --fail-on --baseline --wait -o --output --unordered --resume -q
			--quiet -v --verbose --color --progress --explain -h --help -V --version' "$current" ;;
	esac
	COMPREPLY=("${COMPREPLY[@]/#/$attached}")
}

complete -F _mxdane mxdane
