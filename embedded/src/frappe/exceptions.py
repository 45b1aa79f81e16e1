"""Error classes. `http_status_code` is the status that the web layer answers."""

from werkzeug.exceptions import NotFound


def _family(base: type[Exception], status: int | None, names: str) -> dict[str, type[Exception]]:
    """Make the plain subclasses of `base`, one per word of `names`."""
    extra = {"http_status_code": status} if status else {}
    return {name: type(name, (base,), {"__module__": __name__, **extra}) for name in names.split()}


class ValidationError(Exception):
    """What the user sent is refused; the base of most others."""

    http_status_code = 417


class FrappeTypeError(TypeError):
    """An argument of a whitelisted function has the wrong type."""

    http_status_code = 417


class AuthenticationError(Exception):
    """Wrong or missing credentials."""

    http_status_code = 401


class SessionExpired(Exception):
    """The session does not exist any more."""

    http_status_code = 401


class PermissionError(Exception):
    """The user may not do this."""

    http_status_code = 403


class DoesNotExistError(ValidationError):
    """No such document, or route."""

    http_status_code = 404

    def __init__(self, *args: object, doctype: str | None = None) -> None:
        super().__init__(*args)
        self.doctype = doctype


class NameError(Exception):
    """The name cannot be used."""

    http_status_code = 409


class Redirect(Exception):
    """Answer with a redirect to `frappe.flags.redirect_location`."""

    def __init__(self, http_status_code: int = 301) -> None:
        super().__init__(http_status_code)
        self.http_status_code = http_status_code


class CSRFTokenError(Exception):
    """The CSRF token is missing or wrong."""

    http_status_code = 400


class LinkExpired(ValidationError):
    """A private link is past its time."""

    http_status_code = 410
    title = "Link Expired"
    message = "The link has expired"


class IncorrectSitePath(NotFound):
    """There is no such site."""


class LinkValidationError(ValidationError):
    """A link points to nothing."""


class DuplicateEntryError(NameError):
    """The name is taken."""


globals().update(
    _family(
        Exception,
        None,
        "DatabaseModificationError UrlSchemeNotSupported UnknownDomainError SecurityException CommandFailedError "
        "FileAlreadyAttachedException ImproperDBConfigurationError SiteNotSpecifiedError "
        "QueryTimeoutError QueryDeadlockError TooManyWritesError InvalidRemoteException RetryBackgroundJobError",
    )
    | _family(
        ValidationError,
        None,
        "DataError MappingMismatchError InvalidStatusError MandatoryError NonNegativeError InvalidSignatureError "
        "CannotChangeConstantError CharacterLengthExceededError UpdateAfterSubmitError DocstatusTransitionError "
        "TimestampMismatchError EmptyTableError LinkExistsError InvalidEmailAddressError InvalidNameError "
        "InvalidPhoneNumberError TemplateNotFoundError UniqueValidationError AppNotInstalledError ImplicitCommitError "
        "DocumentLockedError CircularLinkingError InvalidColumnName IncompatibleApp InvalidDates DataTooLongException "
        "DocumentAlreadyRestored AttachmentLimitReached PrintFormatError InvalidDatabaseFile",
    )
    | _family(ValidationError, 404, "PageDoesNotExistError")
    | _family(ValidationError, 429, "RateLimitExceededError")
    | _family(ValidationError, 500, "SessionBootFailed")
    | _family(ValidationError, 503, "InReadOnlyMode QueueOverloaded")
    | _family(LinkValidationError, None, "CancelledLinkError")
    | _family(CSRFTokenError, None, "InvalidAuthorizationHeader InvalidAuthorizationPrefix InvalidAuthorizationToken")
    | _family(Exception, 501, "OutgoingEmailError")
    | _family(Exception, 503, "SessionStopped")
    | _family(Exception, 415, "UnsupportedMediaType")
    | _family(Exception, 200, "RequestToken")
    | _family(Exception, 429, "TooManyRequestsError")
    | _family(FileNotFoundError, None, "ExecutableNotFound InvalidRoundingMethod")
)

__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and name != "NotFound"]
