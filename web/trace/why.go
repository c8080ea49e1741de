package trace

// Why is a code that says for machines why a step refused: "session.unknown",
// "token.expired". It is stable, whatever the sentence says that people read. The codes
// are listed in OpenAPI.
type Why string

// Why the front could not pass a request on.
const (
	BodyTooLarge   Why = "body.too_large"
	BodyIncomplete Why = "body.incomplete"
	BodyUnreadable Why = "body.unreadable"
	ServerAway     Why = "server.away"
	ServerStopped  Why = "server.stopped"
	ServerHung     Why = "server.hung"
	ServersAway    Why = "servers.away" // all of several
	ServersStopped Why = "servers.stopped"
	ServersHung    Why = "servers.hung"
	ServersMissing Why = "servers.missing" // each in its way
	ServerSilent   Why = "server.silent"   // it did not answer this request
)

// Why a request gets no turn at what takes a processor for long.
const (
	TurnFull Why = "turn.full" // too many wait
	TurnLate Why = "turn.late" // it waited for too long
	TurnOwn  Why = "turn.own"  // too many of its own seat wait
)

// Why something that is needed to decide does not work.
const (
	StoreUnavailable      Why = "store.unavailable"
	StoreUnwritable       Why = "store.unwritable"
	StoreRefuses          Why = "store.refuses" // it answers with an error
	StoreFull             Why = "store.full"
	DatabaseUnavailable   Why = "database.unavailable"
	DatabaseUnwritable    Why = "database.unwritable"
	RevocationUnavailable Why = "revocation.unavailable"
	KeysStale             Why = "keys.stale" // for too long nobody could say which keys are still trusted
)

// Why the session door refuses.
const (
	CookieMissing      Why = "cookie.missing"
	CookieTwice        Why = "cookie.twice"
	CookieMalformed    Why = "cookie.malformed"
	SessionUnknown     Why = "session.unknown"
	SessionUndecodable Why = "session.undecodable"
	SessionIdle        Why = "session.idle"    // the idle timeout has passed
	SessionTooOld      Why = "session.too_old" // the absolute timeout has passed
	SessionEnded       Why = "session.ended"   // while the request ran
	SessionRevoked     Why = "session.revoked" // with all others of the account
	AccountChanged     Why = "account.changed" // since its password was checked
	AccountUnknown     Why = "account.unknown"
	AccountDisabled    Why = "account.disabled"
	RoleInsufficient   Why = "role.insufficient"
)

// Why the token door refuses.
const (
	BearerMissing       Why = "bearer.missing"
	BearerEmpty         Why = "bearer.empty"
	BearerWithoutScheme Why = "bearer.without_scheme"
	BearerTwice         Why = "bearer.twice"
	BearerMalformed     Why = "bearer.malformed"
	BearerOtherScheme   Why = "bearer.other_scheme"
	TokenTooLong        Why = "token.too_long"

	TokenParts       Why = "token.parts" // not three
	TokenEmptyPart   Why = "token.empty_part"
	TokenBase64      Why = "token.base64"
	TokenJSON        Why = "token.json"
	TokenNoObject    Why = "token.no_object"
	TokenDepth       Why = "token.depth"
	TokenMemberTwice Why = "token.member_twice"
	TokenMemberType  Why = "token.member_type"

	AlgorithmUnknown Why = "algorithm.unknown"
	TypeWrong        Why = "type.wrong"
	ExtensionUnknown Why = "extension.unknown" // crit, b64

	KeyUnknown       Why = "key.unknown"
	KeyAlgorithm     Why = "key.algorithm" // the key is for another one
	KeyUnusable      Why = "key.unusable"
	SignatureInvalid Why = "signature.invalid"

	TokenExpired     Why = "token.expired"
	TokenNotYetValid Why = "token.not_yet_valid"
	TokenFromFuture  Why = "token.from_future"
	TokenNoExpiry    Why = "token.no_expiry"
	TokenNoIssuedAt  Why = "token.no_issued_at"
	TokenNobody      Why = "token.nobody" // it does not say for whom it is
	IssuerOther      Why = "issuer.other"
	IssuerOtherRoom  Why = "issuer.other_room" // of this site
	AudienceOther    Why = "audience.other"
	SubjectUnknown   Why = "subject.unknown"
	TokenRevoked     Why = "token.revoked"
)

// Why a login or a sign-up is refused.
const (
	TargetWithoutPath Why = "target.without_path"
	HostMalformed     Why = "host.malformed"
	HostUnknown       Why = "host.unknown"
	OriginOther       Why = "origin.other"
	AttemptsExceeded  Why = "attempts.exceeded"
	PasswordWrong     Why = "password.wrong"
	PasswordInvalid   Why = "password.invalid" // a new one
	HashingFailed     Why = "hashing.failed"
	HashUnreadable    Why = "hash.unreadable"
	SignUpInvalid     Why = "signup.invalid"
	UsernameTaken     Why = "username.taken"
)

// Why a refresh token is refused.
const (
	RefreshMissing Why = "refresh.missing"
	RefreshUnknown Why = "refresh.unknown"
	RefreshExpired Why = "refresh.expired"
	RefreshReused  Why = "refresh.reused"
	RefreshOff     Why = "refresh.off"
	FamilyDisabled Why = "family.account_disabled"
	FamilyEnded    Why = "family.ended"
)

// Why a role is not changed.
const (
	RoleUnknown      Why = "role.unknown"
	AdminNoMore      Why = "admin.no_more"
	AccountPublished Why = "account.published"
)
