"""Who gets what at each address: the status by role.

One status alone stands for all roles. The addresses are about one applicant's records
(`tests/access_scene.py`); a POST carries the form's token and nothing else, so that 422 or 409
says that the form itself would be read, and 303 that the deed is done or the page is sent on.
"""

from tests.access_committee_table import OF_COMMITTEE
from tests.access_evaluation_table import OF_EVALUATION
from tests.access_outcomes import OF_OUTCOMES

TABLE = (
    OF_COMMITTEE
    + OF_EVALUATION
    + OF_OUTCOMES
    + """
# columns: anonymous owner stranger assigned unassigned barred staff other_staff auditor admin
accounts.change_email              GET  200
accounts.change_email              POST 303
accounts.change_password           GET  303 200 200 200 200 200 200 200 200 200
accounts.change_password           POST 401 422 422 422 422 422 422 422 422 422
accounts.confirm_email             GET  200
accounts.confirm_email             POST 303
accounts.confirm_identity          GET  303 200 200 200 200 200 200 200 200 200
accounts.confirm_identity          POST 401 422 422 422 422 422 422 422 422 422
accounts.create_token              GET  303 200 200 200 200 200 200 200 200 200
accounts.create_token              POST 401 422 422 422 422 422 422 422 422 422
accounts.disable_user              POST 401 404 404 404 404 404 404 404 404 303
accounts.download_recovery_codes   GET  303
accounts.enable_user               POST 401 404 404 404 404 404 404 404 404 303
accounts.end_other_sessions        POST 401 303 303 303 303 303 303 303 303 303
accounts.end_role                  POST 401 404 404 404 404 404 404 404 404 303
accounts.end_session               POST 401 303 404 404 404 404 404 404 404 404
accounts.end_token                 POST 401 303 404 404 404 404 404 404 404 404
accounts.enrol_factor              GET  303 200 200 200 200 200 200 200 200 200
accounts.enrol_factor              POST 401 422 422 422 422 422 422 422 422 422
accounts.enter_code                GET  303
accounts.enter_code                POST 401 303 303 303 303 303 303 303 303 303
accounts.grant_role                GET  303 404 404 404 404 404 404 404 404 200
accounts.grant_role                POST 401 404 404 404 404 404 404 404 404 422
accounts.invite_user               GET  303 404 404 404 404 404 404 404 404 200
accounts.invite_user               POST 401 404 404 404 404 404 404 404 404 422
accounts.list_people               GET  303 404 404 404 404 404 404 404 200 200
accounts.list_tokens               GET  303 200 200 200 200 200 200 200 200 200
accounts.put_recovery_codes_away   POST 401 303 303 303 303 303 303 303 303 303
accounts.register                  GET  200
accounts.register                  POST 422
accounts.remove_factor             GET  303 200 200 200 200 200 200 200 200 200
accounts.remove_factor             POST 401 303 303 409 409 409 409 409 409 409
accounts.renew_recovery_codes      POST 401 409 409 303 303 303 303 303 303 303
accounts.request_email_change      GET  303 200 200 200 200 200 200 200 200 200
accounts.request_email_change      POST 401 422 422 422 422 422 422 422 422 422
accounts.request_reset             GET  200
accounts.request_reset             POST 422
accounts.reset_factor              POST 401 404 404 404 404 404 404 404 404 303
accounts.reset_password            GET  200
accounts.reset_password            POST 422
accounts.show_account              GET  303 200 200 200 200 200 200 200 200 200
accounts.show_account              POST 401 409 409 409 409 409 409 409 409 409
accounts.show_email_change_sent    GET  303 200 200 200 200 200 200 200 200 200
accounts.show_person               GET  303 404 404 404 404 404 404 404 200 200
accounts.show_recovery_codes       GET  303
accounts.show_registration_sent    GET  200
accounts.show_reset_sent           GET  200
accounts.show_sessions             GET  303 200 200 200 200 200 200 200 200 200
accounts.sign_in                   GET  200 303 303 303 303 303 303 303 303 303
accounts.sign_in                   POST 422
accounts.sign_out                  POST 303
accounts.use_recovery_code         GET  303
accounts.use_recovery_code         POST 401 303 303 303 303 303 303 303 303 303
api.show_document                  GET  200
applications.accept_invitation     GET  200
applications.accept_invitation     POST 422 422 422 422 422 422 422 422 422 422
applications.add_file              POST 401 422 404 404 404 404 404 404 404 404
applications.answer_integration    GET  303 200 404 404 404 404 404 404 404 404
applications.answer_integration    POST 401 422 404 404 404 404 404 404 404 404
applications.assign_sections       POST 401 303 404 404 404 404 404 404 404 404
applications.assist_applicant      GET  303 404 404 404 404 404 200 200 404 404
applications.assist_applicant      POST 401 404 404 404 404 404 422 422 404 404
applications.check_application     GET  303 404 404 404 404 404 200 404 200 404
applications.check_application     POST 401 404 404 404 404 404 409 404 404 404
applications.complete_application  GET  303 200 404 404 404 404 403 404 403 404
applications.complete_application  POST 401 409 404 404 404 404 403 404 403 404
applications.confirm_application   GET  303 200 404 404 404 404 404 404 404 404
applications.confirm_application   POST 401 409 404 404 404 404 404 404 404 404
applications.continue_check        POST 401 404 404 404 404 404 303 404 404 404
applications.copy_answers          GET  303 303 404 404 404 404 404 404 404 404
applications.copy_answers          POST 401 303 404 404 404 404 404 404 404 404
applications.discard_trial         POST 401 404 404 404 404 404 303 404 404 404
applications.download_draft        GET  303 200 404 404 404 404 404 404 404 404
applications.download_paper        GET  303 200 404 404 404 404 200 404 200 404
applications.download_proxy        GET  303 200 404 404 404 404 200 404 200 404
applications.download_receipt      GET  303 200 404 404 404 404 200 404 200 404
applications.download_sending      GET  303 200 404 404 404 404 200 404 200 404
applications.download_signed_paper GET  303 200 404 404 404 404 200 404 200 404
applications.edit_section          GET  303 200 404 404 404 404 404 404 404 404
applications.edit_section          POST 401 303 404 404 404 404 404 404 404 404
applications.end_collaborator      GET  303 200 404 404 404 404 404 404 404 404
applications.end_collaborator      POST 401 303 404 404 404 404 404 404 404 404
applications.extend_integration    GET  303 404 404 404 404 404 200 404 404 404
applications.extend_integration    POST 401 404 404 404 404 404 422 404 404 404
applications.find_receipt          GET  200
applications.find_receipt          POST 422
applications.finish_section        POST 401 303 404 404 404 404 404 404 404 404
applications.list_correspondence   GET  303 404 404 404 404 404 200 200 200 404
applications.list_people           GET  303 200 404 404 404 404 404 404 404 404
applications.list_people           POST 401 422 404 404 404 404 404 404 404 404
applications.rate_service          GET  303 303 404 404 404 404 404 404 404 404
applications.rate_service          POST 401 303 404 404 404 404 404 404 404 404
applications.redraw_document       POST 401 404 404 404 404 404 303 404 404 404
applications.request_integration   GET  303 404 404 404 404 404 200 404 404 404
applications.request_integration   POST 401 404 404 404 404 404 422 404 404 404
applications.resend_invitation     POST 401 303 404 404 404 404 404 404 404 404
applications.renounce_application  GET  303 409 404 404 404 404 409 404 404 404
applications.renounce_application  POST 401 409 404 404 404 404 409 404 404 404
applications.resume_application    POST 401 303 404 404 404 404 404 404 404 404
applications.review_application    GET  303 200 404 404 404 404 404 404 404 404
applications.save_field            POST 401 409 404 404 404 404 404 404 404 404
applications.show_application      GET  303 200 404 404 404 404 404 404 404 404
applications.show_attachment       GET  303 200 404 200 404 404 200 404 200 404
applications.show_changes          GET  303 200 404 404 404 404 404 404 404 404
applications.show_correspondence   GET  303 404 404 404 404 404 200 404 200 404
applications.show_correspondence   POST 401 404 404 404 404 404 422 404 404 404
applications.show_message_file     GET  303 200 404 404 404 404 200 404 200 404
applications.show_messages         GET  303 200 404 404 404 404 404 404 404 404
applications.show_messages         POST 401 422 404 404 404 404 404 404 404 404
applications.show_notes            GET  303 404 404 404 404 404 200 404 200 404
applications.show_notes            POST 401 404 404 404 404 404 422 404 404 404
applications.show_ratings          GET  303 404 404 404 404 404 200 200 200 200
applications.show_receipt          GET  303 200 404 404 404 404 200 404 200 404
applications.show_sending          GET  303 200 404 404 404 404 200 404 200 404
applications.show_trial            GET  303 404 404 404 404 404 303 404 404 404
applications.sign_application      GET  303 200 404 404 404 404 404 404 404 404
applications.sign_application      POST 401 404 404 404 404 404 404 404 404 404
applications.start_application     GET  303 200 200 200 200 200 200 200 200 200
applications.start_application     POST 401 422 422 422 422 422 422 422 422 422
applications.start_on_behalf       GET  303 404 404 404 404 404 200 404 404 404
applications.start_on_behalf       POST 401 404 404 404 404 404 422 404 404 404
applications.start_trial           POST 401 404 404 404 404 404 303 404 404 404
applications.show_special          GET  303 200 404 403 404 404 200 404 403 404
applications.submit_application    POST 401 422 404 404 404 404 404 404 404 404
applications.verify_receipt        GET  200
applications.withdraw_application  GET  303 200 404 404 404 404 404 404 404 404
applications.withdraw_application  POST 401 422 404 404 404 404 404 404 404 404
applications.write_profile         GET  303 404 404 404 404 404 200 404 404 404
applications.write_profile         POST 401 404 404 404 404 404 422 404 404 404
applications_api.download_file     GET  401
applications_api.download_receipt  GET  401
applications_api.list_applications GET  401
applications_api.show_application  GET  401
calls.add_criterion                GET  303 404 404 404 404 404 200 404 404 200
calls.add_criterion                POST 401 404 404 404 404 404 422 404 404 422
calls.add_form_check               GET  303 404 404 404 404 404 200 404 404 200
calls.add_form_check               POST 401 404 404 404 404 404 422 404 404 422
calls.add_form_column              GET  303 404 404 404 404 404 200 404 404 200
calls.add_form_column              POST 401 404 404 404 404 404 422 404 404 422
calls.add_form_question            GET  303 404 404 404 404 404 200 404 404 200
calls.add_form_question            POST 401 404 404 404 404 404 422 404 404 422
calls.add_form_section             GET  303 404 404 404 404 404 200 404 404 200
calls.add_form_section             POST 401 404 404 404 404 404 422 404 404 422
calls.arrange_form                 POST 401 404 404 404 404 404 422 404 404 422
calls.arrange_grid                 POST 401 404 404 404 404 404 409 404 404 409
calls.build_form                   GET  303 404 404 404 404 404 200 404 404 200
calls.build_grid                   GET  303 404 404 404 404 404 200 404 200 200
calls.compare_grids                GET  303 404 404 404 404 404 200 404 200 200
calls.download_form                GET  303 404 404 404 404 404 200 404 404 200
calls.drop_criterion               GET  303 404 404 404 404 404 200 404 404 200
calls.drop_criterion               POST 401 404 404 404 404 404 422 404 404 422
calls.drop_form_part               GET  303 404 404 404 404 404 200 404 404 200
calls.drop_form_part               POST 401 404 404 404 404 404 422 404 404 422
calls.edit_criterion               GET  303 404 404 404 404 404 200 404 404 200
calls.edit_criterion               POST 401 404 404 404 404 404 409 404 404 409
calls.edit_form_check              GET  303 404 404 404 404 404 200 404 404 200
calls.edit_form_check              POST 401 404 404 404 404 404 422 404 404 422
calls.edit_form_column             GET  303 404 404 404 404 404 200 404 404 200
calls.edit_form_column             POST 401 404 404 404 404 404 409 404 404 409
calls.edit_form_question           GET  303 404 404 404 404 404 200 404 404 200
calls.edit_form_question           POST 401 404 404 404 404 404 409 404 404 409
calls.edit_form_section            GET  303 404 404 404 404 404 200 404 404 200
calls.edit_form_section            POST 401 404 404 404 404 404 409 404 404 409
calls.preview_form                 GET  303 404 404 404 404 404 200 404 404 200
calls.preview_form                 POST 401 404 404 404 404 404 200 404 404 200
calls.preview_grid                 GET  303 404 404 404 404 404 200 404 200 200
calls.replace_form                 GET  303 404 404 404 404 404 200 404 404 200
calls.replace_form                 POST 401 404 404 404 404 404 409 404 404 409
calls.answer_question              GET  303 404 404 404 404 404 200 404 404 404
calls.answer_question              POST 401 404 404 404 404 404 409 404 404 404
calls.ask_question                 GET  200
calls.ask_question                 POST 422
calls.cancel_call                  GET  303 404 404 404 404 404 200 404 404 404
calls.cancel_call                  POST 401 404 404 404 404 404 422 404 404 404
calls.check_eligibility            GET  200
calls.check_eligibility            POST 422
calls.create_call                  GET  303 404 404 404 404 404 200 200 404 200
calls.create_call                  POST 401 404 404 404 404 404 422 422 404 422
calls.discard_amendment            GET  303 404 404 404 404 404 303 404 404 404
calls.discard_amendment            POST 401 404 404 404 404 404 303 404 404 404
calls.download_amendment           GET  303 404 404 404 404 404 200 404 404 404
calls.download_calendar            GET  200
calls.download_call_file           GET  200
calls.edit_call                    GET  303 404 404 404 404 404 200 404 404 200
calls.edit_call                    POST 401 404 404 404 404 404 422 404 404 422
calls.edit_call_files              GET  303 404 404 404 404 404 200 404 404 200
calls.edit_call_files              POST 401 404 404 404 404 404 422 404 404 422
calls.export_call                  GET  303 404 404 404 404 404 200 404 200 200
calls.edit_amendment               GET  303 404 404 404 404 404 303 404 404 404
calls.edit_amendment               POST 401 404 404 404 404 404 303 404 404 404
calls.extend_call                  GET  303 404 404 404 404 404 200 404 404 404
calls.extend_call                  POST 401 404 404 404 404 404 422 404 404 404
calls.extend_call_for              GET  303 404 404 404 404 404 200 404 404 404
calls.extend_call_for              POST 401 404 404 404 404 404 422 404 404 404
calls.feed_calls                   GET  200
calls.list_calls                   GET  200
calls.list_questions               GET  200
calls.manage_call                  GET  303 404 404 404 404 404 200 404 200 200
calls.manage_calls                 GET  303 404 404 404 404 404 200 200 200 200
calls.manage_questions             GET  303 404 404 404 404 404 200 404 200 200
calls.open_amendment               POST 401 404 404 404 404 404 303 404 404 404
calls.publish_amendment            GET  303 404 404 404 404 404 200 404 404 404
calls.publish_amendment            POST 401 404 404 404 404 404 422 404 404 404
calls.publish_call                 GET  303 404 404 404 404 404 200 404 404 404
calls.publish_call                 POST 401 404 404 404 404 404 422 404 404 404
calls.replace_amendment            POST 401 404 404 404 404 404 422 404 404 404
calls.replace_call                 GET  303 404 404 404 404 404 200 404 404 200
calls.replace_call                 POST 401 404 404 404 404 404 422 404 404 422
calls.show_amendment               GET  303 404 404 404 404 404 200 404 404 404
calls.show_call                    GET  200
calls.show_form                    GET  200
calls.show_life                    GET  303 404 404 404 404 404 200 404 200 200
calls.show_version                 GET  200
calls_api.list_calls               GET  401
calls_api.show_call                GET  401
desk.cancel_mailing                GET  303 404 404 404 404 404 200 404 404 404
desk.cancel_mailing                POST 401 404 404 404 404 404 303 404 404 404
desk.choose_applications           POST 401 404 404 404 404 404 303 303 303 404
desk.choose_export                 GET  303 404 404 404 404 404 200 200 200 404
desk.choose_filters                GET  303 404 404 404 404 404 200 200 200 404
desk.choose_readers                GET  303 404 404 404 404 404 200 200 404 404
desk.choose_readers                POST 401 404 404 404 404 404 422 422 404 404
desk.create_template               GET  303 404 404 404 404 404 200 200 404 404
desk.create_template               POST 401 404 404 404 404 404 422 422 404 404
desk.delete_template               GET  303 404 404 404 404 404 200 200 404 404
desk.delete_template               POST 401 404 404 404 404 404 303 303 404 404
desk.delete_view                   GET  303 404 404 404 404 404 200 404 404 404
desk.delete_view                   POST 401 404 404 404 404 404 303 404 404 404
desk.do_bulk                       POST 401 404 404 404 404 404 303 404 404 404
desk.download_prepared             GET  303 404 404 404 404 404 200 404 404 404
desk.download_template             GET  303 404 404 404 404 404 200 403 404 404
desk.edit_letter                   GET  303 404 404 404 404 404 200 404 404 404
desk.edit_letter                   POST 401 404 404 404 404 404 303 404 404 404
desk.edit_template                 GET  303 404 404 404 404 404 200 200 404 404
desk.edit_template                 POST 401 404 404 404 404 404 422 422 404 404
desk.edit_view                     GET  303 404 404 404 404 404 200 404 404 404
desk.edit_view                     POST 401 404 404 404 404 404 422 404 404 404
desk.export_applications           GET  303 404 404 404 404 404 200 200 200 404
desk.export_chosen                 GET  303 404 404 404 404 404 200 404 404 404
desk.hand_over_application         POST 401 404 404 404 404 404 303 404 404 404
desk.download_deadlines            GET  303 200 200 200 200 200 200 200 200 200
desk.list_deadlines                GET  303 200 200 200 200 200 200 200 200 200
desk.list_own_applications         GET  303 200 200 200 200 200 200 200 200 200
desk.list_own_documents            GET  303 200 200 200 200 200 200 200 200 200
desk.list_own_messages             GET  303 200 200 200 200 200 200 200 200 200
desk.list_applicants               GET  303 404 404 404 404 404 200 200 200 404
desk.list_applications             GET  303 404 404 404 404 404 200 200 200 404
desk.list_imports                  GET  303 404 404 404 404 404 200 200 404 404
desk.list_letters                  GET  303 404 404 404 404 404 200 200 200 404
desk.list_mailings                 GET  303 404 404 404 404 404 200 200 200 404
desk.list_templates                GET  303 404 404 404 404 404 200 200 404 404
desk.prepare_call                  POST 401 404 404 404 404 404 303 404 303 404
desk.prepare_dossier               POST 401 404 404 404 404 404 303 404 303 404
desk.prepare_list                  POST 401 404 404 404 404 404 303 303 303 404
desk.preview_mailing               GET  303 404 404 404 404 404 200 404 404 404
desk.preview_mailing               POST 401 404 404 404 404 404 422 404 404 404
desk.resend_letter                 POST 401 404 404 404 404 404 303 404 404 404
desk.save_view                     GET  303 404 404 404 404 404 200 200 200 404
desk.save_view                     POST 401 404 404 404 404 404 422 422 422 404
desk.show_applicant                GET  303 404 404 404 404 404 200 404 200 404
desk.show_bulk                     GET  303 404 404 404 404 404 200 404 404 404
desk.show_dossier                  GET  303 404 404 404 404 404 200 404 200 404
desk.show_import                   GET  303 404 404 404 404 404 200 404 404 404
desk.show_import                   POST 401 404 404 404 404 404 303 404 404 404
desk.show_mailing                  GET  303 404 404 404 404 404 200 404 200 404
desk.show_personal_area            GET  303 200 200 200 200 200 200 200 200 200
desk.download_print                GET  303 404 404 200 404 404 404 404 404 404
desk.print_sheets                  POST 401 404 404 303 404 404 404 404 404 404
desk.show_print                    GET  303 404 404 200 404 404 404 404 404 404
desk.show_prepared                 GET  303 404 404 404 404 404 200 404 404 404
desk.show_today                    GET  303 404 404 200 200 200 200 200 200 404
desk.tag_application               POST 401 404 404 404 404 404 303 404 404 404
desk.untag_application             POST 401 404 404 404 404 404 303 404 404 404
desk.upload_sheet                  GET  303 404 404 404 404 404 200 403 404 404
desk.upload_sheet                  POST 401 404 404 404 404 404 422 403 404 404
desk.write_mailing                 GET  303 404 404 404 404 404 200 404 404 404
desk.write_mailing                 POST 401 404 404 404 404 404 422 404 404 404
desk.write_to_applicant            POST 401 404 404 404 404 404 303 404 404 404
desk_api.download_file             GET  401
desk_api.download_receipt          GET  401
desk_api.list_dossiers             GET  401
desk_api.show_dossier              GET  401
evaluation_api.download_file       GET  401
evaluation_api.list_assignments    GET  401
evaluation_api.show_assignment     GET  401
grids.add_area                     GET  303 404 404 404 404 404 200 404 404 404
grids.add_area                     POST 401 404 404 404 404 404 422 404 404 404
grids.edit_area                    GET  303 404 404 404 404 404 200 404 404 404
grids.edit_area                    POST 401 404 404 404 404 404 409 404 404 404
grids.end_area                     GET  303 404 404 404 404 404 200 404 404 404
grids.end_area                     POST 401 404 404 404 404 404 409 404 404 404
grids.list_areas                   GET  303 404 404 404 404 404 200 200 200 200
operations.edit_settings           GET  303 404 404 404 404 404 404 404 404 200
operations.edit_settings           POST 401 404 404 404 404 404 404 404 404 303
operations.list_looks              GET  303 404 404 404 404 404 404 404 200 200
operations.retry_job               POST 401 404 404 404 404 404 303 303 404 303
operations.retry_mail              POST 401 404 404 404 404 404 303 303 404 303
operations.show_health             GET  200
operations.show_operations         GET  303 404 404 404 404 404 200 200 200 200
operations.show_readiness          GET  200
public.accessibility_feedback      GET  200
public.accessibility_feedback      POST 422
public.accessibility_statement     GET  200
public.contacts                    GET  200
public.faq                         GET  200
public.home                        GET  200
public.legal_notes                 GET  200
public.privacy                     GET  200
public.report_issue                GET  200
public.report_issue                POST 422
public.set_language                POST 303
public.show_api                    GET  200
registry.accept_mandate            GET  200
registry.accept_mandate            POST 422 422 422 422 422 422 422 422 422 422
registry.create_body               GET  303 200 200 200 200 200 200 200 200 200
registry.create_body               POST 401 422 422 422 422 422 422 422 422 422
registry.create_person             GET  303 200 200 200 200 200 200 200 200 200
registry.create_person             POST 401 422 422 422 422 422 422 422 422 422
registry.download_document         GET  303 200 404 404 404 404 200 200 200 404
registry.download_proxy            GET  303 200 404 404 404 404 200 200 200 404
registry.edit_profile              GET  303 200 404 404 404 404 403 403 403 404
registry.edit_profile              POST 401 409 404 404 404 404 403 403 403 404
registry.end_document              GET  303 200 404 404 404 404 403 403 403 404
registry.end_document              POST 401 303 404 404 404 404 403 403 403 404
registry.end_mandate               GET  303 200 404 404 404 404 403 403 403 404
registry.end_mandate               POST 401 303 404 404 404 404 403 403 403 404
registry.keep_proxy                POST 401 422 404 404 404 404 403 403 403 404
registry.list_documents            GET  303 200 404 404 404 404 200 200 200 404
registry.list_documents            POST 401 422 404 404 404 404 403 403 403 404
registry.list_people               GET  303 200 404 404 404 404 200 200 200 404
registry.list_people               POST 401 422 404 404 404 404 403 403 403 404
registry.list_profiles             GET  303 200 200 200 200 200 200 200 200 200
registry.resend_invitation         POST 401 303 404 404 404 404 403 403 403 404
registry.withdraw_invitation       GET  303 200 404 404 404 404 403 403 403 404
registry.withdraw_invitation       POST 401 303 404 404 404 404 403 403 403 404
sources.create_source              GET  303 404 404 404 404 404 200 404 404 404
sources.create_source              POST 401 404 404 404 404 404 422 404 404 404
sources.edit_source                GET  303 404 404 404 404 404 200 404 404 404
sources.edit_source                POST 401 404 404 404 404 404 409 404 404 404
sources.fund_line                  GET  303 404 404 404 404 404 200 404 404 404
sources.fund_line                  POST 401 404 404 404 404 404 422 404 404 404
sources.list_sources               GET  303 404 404 404 404 404 200 200 200 404
sources.open_line                  GET  303 404 404 404 404 404 200 404 404 404
sources.open_line                  POST 401 404 404 404 404 404 422 404 404 404
sources.reduce_line                GET  303 404 404 404 404 404 200 404 404 404
sources.reduce_line                POST 401 404 404 404 404 404 422 404 404 404
sources.show_line                  GET  303 404 404 404 404 404 200 200 200 404
sources.show_source                GET  303 404 404 404 404 404 200 200 200 404
"""
)
